/** The Model Context Protocol, both eras, without a transport; imports tool and jsonrpc. */
@NullMarked
package io.weathervane.mcp;

import org.jspecify.annotations.NullMarked;
