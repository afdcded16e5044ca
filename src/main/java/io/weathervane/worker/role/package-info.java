/**
 * Roles of workers: workers are started, watched, switched, drained, recorded, shown; imports worker, its process and
 * routing, failure, jsonrpc, store and event. Not API: the wiring makes a
 * {@link io.weathervane.worker.role.DefaultWorkerManager} and nothing else.
 */
@NullMarked
package io.weathervane.worker.role;

import org.jspecify.annotations.NullMarked;
