/**
 * The same calls to the active worker and the canary, compared: tool definitions, answers, errors, latency. Decides
 * whether the canary passes, and changes nothing; imports jsonrpc and worker.
 */
@NullMarked
package io.weathervane.shadow;

import org.jspecify.annotations.NullMarked;
