package io.weathervane.config;

import io.weathervane.transport.http.HttpAccessOptions;
import io.weathervane.transport.http.HttpOptions;
import java.util.Optional;

/**
 * Configuration of the server's address and of the callers that it lets in.
 *
 * @param readOnly whether there are only tools that change nothing, whatever the way in
 * @param operatorsGroup the operating system's group that may use the workspace's files beside their owner
 */
public record ServerConfig(
        HttpOptions http, HttpAccessOptions access, boolean readOnly, Optional<String> operatorsGroup) {}
