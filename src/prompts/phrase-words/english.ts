import { wordList } from './word-list.ts'

export const ENGLISH = wordList(`
  acorn almond amber anchor apricot apron autumn bagel bamboo barley basket bicycle biscuit bottle boulder
  bramble bridge butter cabbage cactus calendar candle canyon caramel carpet cello chimney cinnamon clover
  copper coral cricket crystal curtain cushion daisy dandelion dolphin dragon emblem emerald envelope feather
  flamingo forest galaxy garden garlic gazelle giraffe glacier gondola granite guitar hickory honey iceberg
  iris island ivory jasmine juniper kangaroo kite ladder lantern lavender lemon library lizard lobster magnet
  mammoth mango marble mirror mitten mosaic mushroom napkin nectar oasis octopus olive panda paper peacock
  pebble pencil penguin piano pillow plum puzzle pyramid quartz rabbit radish raisin river saffron sailor
  sapphire scarf seagull sparrow spinach spruce squirrel stadium summer sunflower tablet teapot tractor
  trumpet tulip tunnel turtle vanilla vineyard violin volcano walnut whistle window wombat yogurt
`)
