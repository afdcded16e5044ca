package io.weathervane.conformance;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolResult;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The tools that ask their client: its user, its model, its host. */
final class ElicitationTools {
    private static final String DEFAULTS = """
        {"type": "object", "properties": {
          "name": {"type": "string", "description": "Name", "default": "John Doe"},
          "age": {"type": "integer", "description": "Age", "default": 30},
          "score": {"type": "number", "description": "Score", "default": 95.5},
          "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
          "verified": {"type": "boolean", "description": "Verified", "default": true}}}\
        """;

    private static final String ENUMS = """
        {"type": "object", "properties": {
          "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
          "titledSingle": {"type": "string", "oneOf": [
            {"const": "value1", "title": "First Option"},
            {"const": "value2", "title": "Second Option"},
            {"const": "value3", "title": "Third Option"}]},
          "legacyEnum": {"type": "string", "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"]},
          "untitledMulti": {"type": "array", "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
          "titledMulti": {"type": "array", "items": {"anyOf": [
            {"const": "value1", "title": "First Choice"},
            {"const": "value2", "title": "Second Choice"},
            {"const": "value3", "title": "Third Choice"}]}}}}\
        """;

    private ElicitationTools() {}

    static ToolResult sampling(ToolCall call) {
        String prompt = call.arguments().path("prompt").asString("");
        return SampleContent.says("LLM response: " + sampled(ask(call, "answer", model(prompt, 100))));
    }

    static ToolResult elicitation(ToolCall call) {
        String message = call.arguments().path("message").asString("");
        ObjectNode schema = form("username", "string");
        schema.withObject("properties").putObject("email").put("type", "string");
        schema.withArray("required").add("email");
        return SampleContent.says("User response: " + outcome(ask(call, "user", InputRequest.form(message, schema))));
    }

    static ToolResult defaults(ToolCall call) {
        InputRequest question = InputRequest.form("Please check these.", ScriptedTools.json(DEFAULTS));
        return SampleContent.says("Elicitation completed: " + outcome(ask(call, "defaults", question)));
    }

    static ToolResult enums(ToolCall call) {
        InputRequest question = InputRequest.form("Please choose.", ScriptedTools.json(ENUMS));
        return SampleContent.says("Elicitation completed: " + outcome(ask(call, "choices", question)));
    }

    static ToolResult missingCapability(ToolCall call) {
        return SampleContent.says(sampled(ask(call, "thought", model("Think of something.", 10))));
    }

    static ToolResult streaming(ToolCall call) {
        call.channel().progress(1, 2, "asking");
        return SampleContent.says(outcome(ask(call, "go_on", confirmation())));
    }

    static ToolResult greeting(ToolCall call) {
        return SampleContent.says("Hello, " + field(ask(call, "user_name", name("What is your name?")), "name") + "!");
    }

    static ToolResult capital(ToolCall call) {
        return SampleContent.says(sampled(ask(call, "capital_question", model("What is the capital of France?", 100))));
    }

    static ToolResult roots(ToolCall call) {
        return SampleContent.says("Roots: " + named(ask(call, "client_roots", hostRoots())));
    }

    static ToolResult confirmed(ToolCall call) {
        return SampleContent.says("state-ok, ok=" + field(ask(call, "confirm", confirmation()), "ok"));
    }

    static ToolResult three(ToolCall call) {
        Map<String, InputRequest> questions = new LinkedHashMap<>();
        questions.put("user_name", name("What is your name?"));
        questions.put("greeting", model("Generate a greeting", 50));
        questions.put("client_roots", hostRoots());
        Map<String, InputAnswer> answers = call.channel().ask(questions);
        return SampleContent.says(sampled(answers.get("greeting")) + " " + field(answers.get("user_name"), "name")
                + ", with " + named(answers.get("client_roots")));
    }

    static ToolResult twoRounds(ToolCall call) {
        String name = field(ask(call, "step1", name("Step 1: What is your name?")), "name");
        InputRequest second = InputRequest.form("Step 2: What is your favorite color?", form("color", "string"));
        return SampleContent.says(name + " likes " + field(ask(call, "step2", second), "color"));
    }

    static ToolResult whateverCanBeAsked(ToolCall call) {
        Map<String, InputRequest> questions = new LinkedHashMap<>();
        for (InputRequest question :
                new InputRequest[] {name("What is your name?"), model("Generate a greeting", 50), hostRoots()}) {
            if (call.channel().canAsk(question.kind())) {
                questions.put(question.kind().capability(), question);
            }
        }
        return SampleContent.says("Answered: " + call.channel().ask(questions).keySet());
    }

    static InputRequest context() {
        return InputRequest.form("What context should the prompt use?", form("context", "string"));
    }

    static String field(InputAnswer answer, String name) {
        return answer.accepted().map(form -> form.path(name).asString("")).orElse("nobody");
    }

    private static InputAnswer ask(ToolCall call, String key, InputRequest question) {
        return call.channel().ask(Map.of(key, question)).get(key);
    }

    private static InputRequest name(String message) {
        return InputRequest.form(message, form("name", "string"));
    }

    private static InputRequest confirmation() {
        return InputRequest.form("Please confirm", form("ok", "boolean"));
    }

    private static InputRequest hostRoots() {
        return new InputRequest(InputRequest.Kind.ROOTS, ScriptedTools.json("{}"));
    }

    private static InputRequest model(String prompt, int tokens) {
        ObjectNode params = ScriptedTools.json("{\"messages\":[{\"role\":\"user\"}]}");
        ((ObjectNode) params.path("messages").path(0)).set("content", SampleContent.text(prompt));
        return new InputRequest(InputRequest.Kind.SAMPLING, params.put("maxTokens", tokens));
    }

    private static ObjectNode form(String field, String type) {
        ObjectNode schema = ScriptedTools.json("{\"type\":\"object\"}");
        schema.putObject("properties").putObject(field).put("type", type);
        schema.putArray("required").add(field);
        return schema;
    }

    private static String sampled(InputAnswer answer) {
        return answer.json().path("content").path("text").asString("");
    }

    private static String named(InputAnswer answer) {
        StringBuilder names = new StringBuilder();
        answer.json()
                .path("roots")
                .forEach(root -> names.append(root.path("uri").asString("")).append(' '));
        return names.toString().strip();
    }

    private static String outcome(InputAnswer answer) {
        return "action=" + answer.json().path("action").asString("") + ", content="
                + answer.json().path("content");
    }
}
