/** The child processes that do the work: starting, speaking, switching, restarting; imports jsonrpc, store and event. */
@NullMarked
package io.weathervane.worker;

import org.jspecify.annotations.NullMarked;
