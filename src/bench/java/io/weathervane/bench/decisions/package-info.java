/** Simulated promotions, judged by the monitor and by the rules of other tools: {@code scripts/bench decisions}. */
package io.weathervane.bench.decisions;
