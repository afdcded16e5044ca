/** MCP as Streamable HTTP on Jetty, which only this package and its {@code legacy} know. */
@NullMarked
package io.weathervane.transport.http;

import org.jspecify.annotations.NullMarked;
