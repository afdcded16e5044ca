/** Tools, their registry and their schemas; imports nothing of ours but util and jsonrpc. */
@NullMarked
package io.weathervane.tool;

import org.jspecify.annotations.NullMarked;
