/** The Model Context Protocol, both generations, without a transport; imports tool and jsonrpc. */
@NullMarked
package io.weathervane.mcp;

import org.jspecify.annotations.NullMarked;
