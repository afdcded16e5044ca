/**
 * A worker's process: its start as the right user in the right environment, its stderr, its end with all that it started, what
 * it uses, what a killed server left; imports worker and store. Not API: for {@code worker.routing} and {@code worker.role}.
 */
@NullMarked
package io.weathervane.worker.process;

import org.jspecify.annotations.NullMarked;
