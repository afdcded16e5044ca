/**
 * The workers as all others see them: {@link io.weathervane.worker.WorkerManager}, what it takes and gives, releases and their records;
 * imports failure, jsonrpc and store. Only this package is API. How it is done is in the packages below, which are public to each other
 * because Java has nothing between; only the wiring imports one of their types, the manager's implementation.
 */
@NullMarked
package io.weathervane.worker;

import org.jspecify.annotations.NullMarked;
