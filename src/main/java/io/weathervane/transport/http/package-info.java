/** MCP as Streamable HTTP on Jetty; the only package that knows Jetty. */
@NullMarked
package io.weathervane.transport.http;

import org.jspecify.annotations.NullMarked;
