// Package bench measures parley: benchmarks of what computes, and in run.sh the
// time, connections and memory of whole checks over a delayed path.
package bench
