package io.weathervane.config;

import io.weathervane.tool.OperationsScope;

/**
 * Which of the server's own tools the clients of each way in are offered.
 *
 * @param stdio the client that started this process
 * @param http every client over HTTP
 */
public record OfferedOperations(OperationsScope stdio, OperationsScope http) {
    static OfferedOperations everywhere(OperationsScope scope) {
        return new OfferedOperations(scope, scope);
    }
}
