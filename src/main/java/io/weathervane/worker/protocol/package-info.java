/**
 * Conversation with a worker: MCP of both generations and plain JSON-RPC over one channel, the calls that wait for an
 * answer, the worker's questions; imports worker and jsonrpc. Knows streams, not processes. Not API: for
 * {@code worker.routing}.
 */
@NullMarked
package io.weathervane.worker.protocol;

import org.jspecify.annotations.NullMarked;
