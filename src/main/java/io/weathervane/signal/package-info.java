/**
 * Signals from outside that releases are judged by: asks a Prometheus while a watch is on, takes what others post, and has the
 * last known values in memory for the checks, which never wait for it.
 */
@NullMarked
package io.weathervane.signal;

import org.jspecify.annotations.NullMarked;
