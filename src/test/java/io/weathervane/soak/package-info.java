/** Long runs of the packaged server under load, with an account of every call at the end. */
@NullMarked
package io.weathervane.soak;

import org.jspecify.annotations.NullMarked;
