/** The entry point, {@link io.weathervane.Main}; may import everything. */
@NullMarked
package io.weathervane;

import org.jspecify.annotations.NullMarked;
