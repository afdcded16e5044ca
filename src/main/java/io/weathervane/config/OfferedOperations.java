package io.weathervane.config;

import io.weathervane.tool.OperationsScope;

/**
 * Choice of the server's own tools that each way in offers to its clients.
 *
 * @param stdio the client that started this process
 * @param http every client over HTTP
 */
public record OfferedOperations(OperationsScope stdio, OperationsScope http) {
    static OfferedOperations everywhere(OperationsScope scope) {
        return new OfferedOperations(scope, scope);
    }
}
