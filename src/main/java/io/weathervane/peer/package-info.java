/**
 * Processes at the other end of connections from this machine, as the operating system tells; imports nothing of ours.
 */
@NullMarked
package io.weathervane.peer;

import org.jspecify.annotations.NullMarked;
