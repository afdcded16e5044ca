package io.weathervane.tool.builtin;

import io.weathervane.tool.Tool;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A tool whose calls need an approval. */
public interface RiskyTool extends Tool {
    /** Facts about a call with these arguments at this moment, a line each. */
    List<String> facts(ObjectNode arguments);
}
