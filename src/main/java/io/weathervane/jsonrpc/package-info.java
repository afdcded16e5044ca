/** JSON-RPC 2.0 messages and their codec, and how a call is suspended for its client's input; imports only util of ours. */
@NullMarked
package io.weathervane.jsonrpc;

import org.jspecify.annotations.NullMarked;
