import { wordList } from './word-list.ts'

export const PORTUGUESE = wordList(`
  abacate abelha alface algodão almofada amora amêndoa anel armário arroz azulejo açúcar balão bambu batata
  baunilha bicicleta biscoito bússola cacau cadeira café camisa caneta canguru caracol cebola cenoura cereja
  chapéu chinelo cidade cobertor coelho cogumelo coral cortina cristal deserto diamante dragão erva escada
  espinafre esquilo farol feijão figo fivela flauta floresta folha fonte formiga framboesa gaivota garfo
  gengibre girafa goiaba golfinho hortelã inverno jacaré jaqueta jardim kiwi lanterna laranja laço limão
  lápis lâmpada lótus manga maracujá margarida martelo melancia mesa morango mosaico navio neve oceano opala
  orquídea outono papagaio peixe piano pimenta pinguim pirâmide pistache polvo praia pêssego quadro quartzo
  quiabo rabanete raposa relógio repolho sandália sapato semente sofá sorvete sálvia tambor tartaruga
  telhado tigre tijolo tomate trator trombone tucano urso vaga-lume ventilador violino vulcão xadrez xícara
  zebra
`)
