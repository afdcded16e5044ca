/** JSON-RPC 2.0 messages and their codec; imports nothing of ours but util. */
@NullMarked
package io.weathervane.jsonrpc;

import org.jspecify.annotations.NullMarked;
