import { wordList } from './word-list.ts'

export const GERMAN = wordList(`
  Adler Ahorn Ameise Ananas Apfel Aprikose Bagger Balkon Basilikum Becher Berg Biber Biene Bleistift Blume
  Brille Brombeere Brunnen Brücke Bücherei Delfin Distel Efeu Eidechse Elefant Fahrrad Falke Fasan Feder
  Fenster Flasche Flöte Frühling Gabel Garten Giraffe Gitarre Hafen Hammer Handschuh Haselnuss Hecht
  Holunder Honig Igel Ingwer Kaktus Kamera Kamin Karotte Kartoffel Kastanie Kerze Kissen Klavier Koffer
  Kolibri Kompass Kürbis Lampe Laterne Lavendel Leiter Lerche Limette Limonade Lokomotive Löwenzahn Magnet
  Mango Marmelade Melone Minze Mohn Mosaik Muschel Nudel Oase Olive Opal Orchidee Ozean Papagei Paprika
  Pelikan Pferd Pfirsich Pilz Pinguin Pinsel Planet Posaune Pyramide Qualle Quitte Rakete Regenschirm
  Rettich Rhabarber Robbe Rosine Rucksack Salbei Sandale Schatten Schneeflocke Seife Spinat Stern Tanne
  Teller Teppich Thermometer Tomate Trichter Trompete Tulpe Turm Veilchen Vulkan Wald Wasserfall Winter
  Zebra Zimt Zitrone Zucker Zwiebel
`)
