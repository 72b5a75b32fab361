import { wordList } from './word-list.ts'

export const SPANISH = wordList(`
  abanico abeja abrigo aceituna acordeón acuarela alcachofa algodón almendra almohada ancla anillo arroz
  avestruz azúcar balcón bambú bandeja bosque botella botón brújula bufanda cactus cajón calabaza camisa
  campana canguro caramelo cebolla cedro cereza chaleco chimenea ciruela clarinete clavel cocina coliflor
  cometa corcho cristal cuchara delfín desierto diamante dragón durazno escalera escoba espejo espinaca faro
  flauta frambuesa fuente garbanzo gaviota girasol globo guitarra hamaca helecho herradura hormiga iglú
  koala laurel lechuga lenteja león linterna lluvia luna lápiz mandarina manzana margarita mariposa marmota
  mermelada mochila molino mosaico naranja nido nieve nuez orquídea palmera paraguas perejil perla piano
  piedra pincel pingüino pistacho planeta plátano queso relámpago romero rubí sandía sauce semilla silbato
  sofá tambor taza tenedor tigre tomate tortuga trébol tulipán túnel valle ventana verano volcán yogur
  zafiro zanahoria águila ópalo
`)
