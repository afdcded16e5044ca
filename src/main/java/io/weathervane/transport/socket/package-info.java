/**
 * One owner for a workspace, many transports: the lock, the workspace's socket, and the relay of a further stdio
 * server; serves messages with {@code transport.stdio} and {@code mcp}.
 */
@NullMarked
package io.weathervane.transport.socket;

import org.jspecify.annotations.NullMarked;
