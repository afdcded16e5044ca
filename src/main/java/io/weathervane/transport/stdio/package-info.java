/** MCP as lines on a pair of byte streams: standard input and output, or a socket's. */
@NullMarked
package io.weathervane.transport.stdio;

import org.jspecify.annotations.NullMarked;
