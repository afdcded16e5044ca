/** The command line ({@link io.weathervane.Main}) and the hand-written wiring; may import everything. */
@NullMarked
package io.weathervane;

import org.jspecify.annotations.NullMarked;
