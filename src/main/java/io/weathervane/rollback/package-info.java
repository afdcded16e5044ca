/**
 * The acting loop around the pure monitor: observes the active worker, lets {@code monitor} decide, acts on workers
 * and flags, and records what was done. The only place that acts on a decision.
 */
@NullMarked
package io.weathervane.rollback;

import org.jspecify.annotations.NullMarked;
