/** The server and its modules: what is built from what, in order. The hand-written wiring; may import everything but cli. */
@NullMarked
package io.weathervane.app;

import org.jspecify.annotations.NullMarked;
