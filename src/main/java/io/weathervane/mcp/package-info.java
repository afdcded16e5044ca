/** The Model Context Protocol without a transport: what both generations have in common, and the modern one. */
@NullMarked
package io.weathervane.mcp;

import org.jspecify.annotations.NullMarked;
