package io.weathervane.tool.builtin;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.InputRequiredException;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.presentation.JsonFields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** A client whose user answers every question as the test says, at once or with a further call. */
final class ScriptedUser implements CallChannel {
    final List<InputRequest> asked = new ArrayList<>();
    private final Map<String, InputAnswer> answered = new HashMap<>();
    private final ObjectNode answer;
    private final boolean answersAtOnce;
    private Runnable meanwhile = () -> {};

    private ScriptedUser(ObjectNode answer, boolean answersAtOnce) {
        this.answer = answer;
        this.answersAtOnce = answersAtOnce;
    }

    /** As a legacy client: the tool waits for the answer. */
    static ScriptedUser waitedFor(String action, boolean confirm) {
        return new ScriptedUser(answer(action, confirm), true);
    }

    /** As a modern client: the call ends and is made again with the answer. */
    static ScriptedUser answeringLater(String action, boolean confirm) {
        return new ScriptedUser(answer(action, confirm), false);
    }

    /** What happens while the user thinks. */
    ScriptedUser meanwhile(Runnable happens) {
        meanwhile = happens;
        return this;
    }

    private static ObjectNode answer(String action, boolean confirm) {
        ObjectNode answer = JsonFields.object().put("action", action);
        if (action.equals("accept")) {
            answer.putObject("content").put("confirm", confirm);
        }
        return answer;
    }

    String message() {
        return asked.get(asked.size() - 1).params().path("message").asString("");
    }

    @Override
    public boolean canAsk(InputRequest.Kind kind) {
        return kind == InputRequest.Kind.ELICITATION;
    }

    @Override
    public Map<String, InputAnswer> ask(Map<String, InputRequest> questions) {
        Map<String, InputRequest> open = new HashMap<>(questions);
        open.keySet().removeAll(answered.keySet());
        asked.addAll(open.values());
        if (!open.isEmpty()) {
            meanwhile.run();
        }
        open.keySet().forEach(key -> answered.put(key, new InputAnswer(answer)));
        if (!open.isEmpty() && !answersAtOnce) {
            throw new InputRequiredException(open);
        }
        return answered;
    }
}
