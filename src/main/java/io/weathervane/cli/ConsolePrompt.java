package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.SafeText;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A person who reads questions and answers yes or no. Anything but a clear yes is no. */
final class ConsolePrompt implements UserPrompt {
    private final boolean present;
    private final Supplier<@Nullable String> lines;
    private final PrintWriter shown;

    /** @param lines what is typed, a line at a time; null at the end of input */
    ConsolePrompt(boolean present, Supplier<@Nullable String> lines, PrintWriter shown) {
        this.present = present;
        this.lines = lines;
        this.shown = shown;
    }

    /** Present when this process has a terminal for input and output: not in a script's pipe, nor in a scheduler. */
    @SuppressWarnings("SystemConsoleNull") // null before JDK 22; from then on isTerminal says it
    static UserPrompt ofThisProcess(PrintWriter shown) {
        Console console = System.console();
        return console != null && isTerminal(console)
                ? new ConsolePrompt(true, console::readLine, shown)
                : new ConsolePrompt(false, () -> null, shown);
    }

    /** From JDK 22 on there is a console without a terminal too; before, there was none. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    @Override
    public boolean isPresent() {
        return present;
    }

    @Override
    public ObjectNode answer(ObjectNode question) {
        shown.println(SafeText.lines(question.path("message").asString("")));
        ObjectNode content = JsonRpcCodec.JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> field :
                question.path("requestedSchema").path("properties").properties()) {
            if (!field.getValue().path("type").asString("").equals("boolean")) {
                shown.println("(This asks for more than yes or no, which this command cannot; it is declined.)");
                return result("decline");
            }
            shown.print(SafeText.line(field.getValue().path("title").asString(field.getKey())) + "? [y/N] ");
            shown.flush();
            String line = lines.get();
            if (line == null) {
                return result("cancel");
            }
            content.put(field.getKey(), isYes(line));
        }
        ObjectNode accepted = result("accept");
        accepted.set("content", content);
        return accepted;
    }

    private static boolean isYes(String line) {
        String word = line.strip().toLowerCase(Locale.ROOT);
        return word.equals("y") || word.equals("yes");
    }

    private static ObjectNode result(String action) {
        return JsonRpcCodec.JSON.createObjectNode().put("action", action);
    }
}
