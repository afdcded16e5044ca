package io.weathervane.cli;

import io.weathervane.util.SafeText;
import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answer of a running server about its configuration, read anew, as a person reads it. */
final class ConfigAnswer {
    /** Methods of the server's own, see {@code app.LiveConfiguration}. */
    static final String RELOAD = "weathervane/config/reload";

    static final String CHECK = "weathervane/config/check";

    private final ObjectNode answer;

    ConfigAnswer(ObjectNode answer) {
        this.answer = answer;
    }

    /** The file that the server goes by. */
    String file() {
        return answer.path("file").asString("");
    }

    boolean isRefused() {
        return answer.path("outcome").asString("").equals("refused");
    }

    private boolean isUnchanged() {
        return answer.path("outcome").asString("").equals("unchanged");
    }

    /** What is wrong with the file, a line each. */
    void printFindings(PrintWriter out) {
        texts("problems").forEach(problem -> out.println("error: " + problem));
        texts("notes").forEach(note -> out.println("warning: " + note));
    }

    /**
     * What it changes.
     *
     * @param done whether it has, or a reload would
     */
    void printChanges(PrintWriter out, boolean done) {
        if (isRefused()) {
            out.println(
                    done
                            ? "Refused: the configuration before stays in force, as a whole."
                            : "A reload refuses this configuration; the one before stays in force.");
            return;
        }
        List<String> changed = texts("changed");
        if (isUnchanged()) {
            out.println("The server goes by this configuration already" + last() + ".");
        } else if (!changed.isEmpty()) {
            out.println((done ? "In force now: " : "A reload changes: ") + String.join(", ", changed) + ".");
        }
        List<String> restart = texts("needsRestart");
        if (!restart.isEmpty()) {
            out.println("Needs a restart of the server: " + String.join(", ", restart) + ".");
        }
        texts("waiting").forEach(sentence -> out.println("Meanwhile " + sentence + "."));
    }

    /** When it was taken over and what it changed then, if it was since the start. */
    private String last() {
        JsonNode last = answer.path("last");
        String changed = String.join(", ", texts(last.path("changed")));
        return last.isMissingNode()
                ? ""
                : ", since " + SafeText.line(last.path("at").asString("")) + " ("
                        + SafeText.line(last.path("trigger").asString("")) + ")"
                        + (changed.isEmpty() ? "" : ": " + changed);
    }

    private List<String> texts(String key) {
        return texts(answer.path(key));
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(text -> SafeText.line(text.asString(""))).toList();
    }
}
