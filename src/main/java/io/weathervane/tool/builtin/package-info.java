/** The server's own tools, one class each; {@code mcp} never sees them, the wiring registers them. */
@NullMarked
package io.weathervane.tool.builtin;

import org.jspecify.annotations.NullMarked;
