import { wordList } from './word-list.ts'

export const FRENCH = wordList(`
  abeille accordéon aigle amande ananas ancolie armoire artichaut aubergine automne avocat bagage balcon
  basilic bateau bougie bouleau boussole bouton brouette bruyère cabane cactus canard cannelle caramel
  carotte cascade cerf cerise chapeau cheminée chocolat chêne cithare clocher coing colline comète
  coquelicot corail cuillère cuivre dauphin désert escalier fenêtre flocon flûte forêt fougère fourmi
  framboise fusée gingembre girafe glacier gouache hamac hibou horloge hérisson iris journal kiwi koala
  lampe laurier lilas loutre légume magnolia mandarine marguerite menthe miel mimosa miroir moulin muguet
  narcisse neige nénuphar océan olive orange orchidée oreiller orgue palmier papillon parapluie piano
  pinceau pingouin planète pomme puzzle pyramide pétale quiche radis raisin rivière robinet romarin rosier
  ruban safran saumon soleil sureau tournesol tracteur truite trèfle tulipe verger violon volcan xylophone
  zèbre écharpe éclair écureuil éléphant éponge étoile
`)
