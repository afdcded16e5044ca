/**
 * Routing of calls to workers: the workers by role, calls that await input or go on as tasks, what is counted; imports
 * worker, its process and protocol, failure and jsonrpc. Not API: for {@code worker.role}.
 */
@NullMarked
package io.weathervane.worker.routing;

import org.jspecify.annotations.NullMarked;
