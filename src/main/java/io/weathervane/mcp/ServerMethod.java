package io.weathervane.mcp;

import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * A method of this server's own beside MCP's, for its command line: what is done to the server as a program, and is no tool
 * for an assistant.
 *
 * @param role that a caller must have
 * @param answer does it and says what came of it; may wait
 */
public record ServerMethod(CallerRole role, Function<Caller, ObjectNode> answer) {}
