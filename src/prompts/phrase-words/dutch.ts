import { wordList } from './word-list.ts'

export const DUTCH = wordList(`
  aardappel aardbei abrikoos adelaar ananas aquarel asperge avocado balkon bamboe berg bezem bibliotheek
  boekenkast boter brandnetel bril cactus camera cello diamant distel dolfijn druif eekhoorn egel eiland
  emmer fiets flamingo fluit fontein garnaal gieter giraffe gitaar gletsjer haas hagelslag handschoen
  hangmat haven honing horloge hyacint iglo jasmijn jojoba kaneel kangoeroe kastanje kikker kiwi klaver
  knoop kokos komeet kompas koraal krant krekel ladder lamp lavendel lente libel limonade mandarijn margriet
  marmer meloen munt oceaan octopus oester olifant olijf paddenstoel palm pannenkoek paprika paraplu perzik
  piano pinguïn pistache pompoen postduif potlood puzzel quilt radijs regenboog rivier rugzak saffraan salie
  schelp schildpad schommel sleutel sneeuwvlok sofa spinazie spons strand tafel tapijt theepot tijger tijm
  tomaat trein trompet tulp tunnel vanille viool vlinder vulkaan vuurtoren waterval wilg wortel zeilboot
  zilver zonnebloem zwaluw
`)
