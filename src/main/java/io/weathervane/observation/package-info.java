/**
 * Measurements of one check: the active worker, what another program counted, the signals from outside. Decides
 * nothing.
 */
@NullMarked
package io.weathervane.observation;

import org.jspecify.annotations.NullMarked;
