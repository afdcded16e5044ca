/**
 * A worker that is no child process but an MCP server over HTTP: its requests, streams, sessions and failures, in both generations;
 * imports worker, worker.protocol and jsonrpc.
 */
@NullMarked
package io.weathervane.worker.remote;

import org.jspecify.annotations.NullMarked;
