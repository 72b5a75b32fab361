import { wordList } from './word-list.ts'

export const ITALIAN = wordList(`
  abete acero acqua airone albicocca allodola altalena ananas anello aquila arancia arco argento asparago
  autunno avena avorio azalea balcone bambù betulla bicicletta biscotto bosco bottiglia bottone cactus
  camino campana canguro cannella carota cascata castagna chitarra cicogna ciliegia cipolla clarinetto
  cometa coniglio corallo cucchiaio dado delfino deserto diamante edera erba fagiolo fanale fenicottero
  finestra fiore flauto fontana foresta forno fragola fungo gabbiano giardino giraffa gomitolo grano gufo
  iris kiwi koala lanterna lavanda leone libellula libro luna maglione mandorla mare margherita matita
  mirtillo nespola neve nocciola nuvola oliva opale orchidea origano orologio ortensia ostrica papavero
  papiro pavone pesca pettine pianoforte pinguino pino pistacchio polpo pomodoro ponte prezzemolo primavera
  quercia radice riccio rosmarino rubino sasso sciarpa sedano sedia spazzola spinacio tamburo tartaruga
  tenda topazio torre tromba valigia vulcano zebra zenzero zucca
`)
