import { wordList } from './word-list.ts'

export const POLISH = wordList(`
  agrest akacja ananas arbuz bambus banan bazylia biedronka borsuk brzoskwinia butelka bóbr cebula chmura
  choinka cynamon cytryna czajnik czekolada czereśnia czosnek daktyl deszcz diament dmuchawiec drabina dynia
  dzwonek fasola fiołek foka fontanna fortepian gitara gołąb goździk groszek gruszka guzik herbata huśtawka
  igła jabłko jagoda jaskółka jesień jeżyna kaktus kalafior kangur karuzela kasztan kawa kisiel kolibri
  kometa kompas konwalia koral koszyk kotwica krokus kukurydza kwiat lampa lato lawenda liść magnes malina
  mandarynka marchewka melon miska miód morela most motyl mrówka młotek nagietek namiot niebo ogród okno
  oliwka orzech owies palma papryka papuga perła pieprz pingwin planeta plaża podkowa poziomka promyk puzzle
  pędzel rakieta rubin rzeka sandał sałata sosna srebro stokrotka szafran szalik szpinak słonecznik trąbka
  tulipan tęcza wachlarz walizka winogrono wulkan wyspa zamek zebra zima łabędź świeca żagiel żonkil
`)
