// Given to Node by --import: a server that counts and measures nothing, to be compared with.

import Counter from 'prom-client/lib/counter.js'
import Histogram from 'prom-client/lib/histogram.js'

Counter.prototype.inc = () => {}
Histogram.prototype.observe = () => {}
