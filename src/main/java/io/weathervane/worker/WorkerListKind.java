package io.weathervane.worker;

import tools.jackson.databind.node.ObjectNode;

/** Lists that an MCP worker can have. */
public enum WorkerListKind {
    TOOLS("tools", "tools/list", "tools", "name"),
    PROMPTS("prompts", "prompts/list", "prompts", "name"),
    RESOURCES("resources", "resources/list", "resources", "uri"),
    RESOURCE_TEMPLATES("resources", "resources/templates/list", "resourceTemplates", "uriTemplate");

    private final String capability;
    private final String method;
    private final String field;
    private final String key;

    WorkerListKind(String capability, String method, String field, String key) {
        this.capability = capability;
        this.method = method;
        this.field = field;
        this.key = key;
    }

    /** The capability without which there is no such list. */
    public String capability() {
        return capability;
    }

    public String method() {
        return method;
    }

    /** Where the entries are in the result. */
    public String field() {
        return field;
    }

    /** The notification that says that the list has changed. */
    public String changed() {
        return "notifications/" + capability + "/list_changed";
    }

    /** Key that tells the entry from the others; empty when it lacks one, and is of no use. */
    public String keyOf(ObjectNode entry) {
        return entry.path(key).asString("");
    }
}
