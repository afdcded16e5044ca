/** Who is at the other end of a connection from this machine, as the operating system tells; imports nothing of ours. */
@NullMarked
package io.weathervane.peer;

import org.jspecify.annotations.NullMarked;
