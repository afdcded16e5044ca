/**
 * Calls that the monitor makes itself: health probes weighed with real calls, the probes of a watch, and callers' calls made
 * again on the previous worker.
 */
@NullMarked
package io.weathervane.probe;

import org.jspecify.annotations.NullMarked;
