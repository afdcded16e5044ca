/**
 * Parts of the Model Context Protocol that only clients of 2025-11-25 and older need: the handshake, sessions, requests
 * to the client, subscriptions to single resources, log levels, tasks of another server. Imported by the wiring and
 * {@code transport.http.legacy} alone, so that it can be deleted with them.
 */
@NullMarked
package io.weathervane.mcp.legacy;

import org.jspecify.annotations.NullMarked;
