package io.weathervane.clientfile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts one entry in the place of a client's servers, and the servers back. Nothing of the file changes but the object with the
 * servers.
 *
 * @param program this program: how a client starts it
 * @param backup the file with the servers as they were
 * @param workspace of the server that the client starts
 */
public record ClientFileAdoption(List<String> program, Path backup, Path workspace) {
    private static final String NAME = "weathervane";
    private static final String OPTION = "--mcp-config";

    public ClientFileAdoption {
        program = List.copyOf(program);
    }

    /** The backup that the file's only entry refers to; empty when the file is not adopted. */
    public static Optional<Path> backupOf(ClientFile file) {
        return args(file).stream()
                .filter(args -> args.contains(OPTION) && args.indexOf(OPTION) + 1 < args.size())
                .map(args -> Path.of(args.get(args.indexOf(OPTION) + 1)))
                .findFirst();
    }

    /** The names of the servers that stand beside ours. */
    public static Set<String> others(ClientFile file) {
        Set<String> names = new LinkedHashSet<>(file.root().path(file.key()).propertyNames());
        names.remove(NAME);
        return names;
    }

    private static Optional<List<String>> args(ClientFile file) {
        JsonNode entry = file.root().path(file.key()).path(NAME);
        return Optional.of(texts(entry.path("args"))).filter(args -> args.contains("run"));
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(one -> one.asString(""))
                .toList();
    }

    /** The text of the file with one entry in the place of its servers. */
    public String adopted(ClientFile file, Set<String> inputs) {
        return ClientFileSpan.of(file).replacedBy(servers(file, inputs), file);
    }

    /** The object with the one entry, indented as the file is. */
    public String servers(ClientFile file, Set<String> inputs) {
        ObjectNode servers = ClientFile.JSON.createObjectNode();
        servers.set(NAME, entry(file.isOfVsCode(), inputs));
        ClientFileSpan span = ClientFileSpan.of(file);
        if (!span.in(file).contains("\n")) {
            return servers.toString();
        }
        String newline = span.in(file).contains("\r\n") ? "\r\n" : "\n";
        String before = indentBefore(file.text(), span.begin());
        String unit = unit(span.in(file), before);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter()
                .withObjectIndenter(new DefaultIndenter(unit, newline))
                .withArrayIndenter(new DefaultIndenter(unit, newline));
        return ClientFile.JSON
                .writer()
                .with(printer)
                .writeValueAsString(servers)
                .replace(newline, newline + before);
    }

    private static String indentBefore(String text, int at) {
        int line = text.lastIndexOf('\n', at) + 1;
        int end = line;
        while (end < at && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
            end++;
        }
        return text.substring(line, end);
    }

    private static String unit(String servers, String before) {
        int first = servers.indexOf('"');
        String inner = first < 0 ? "" : indentBefore(servers, first);
        return inner.startsWith(before) && inner.length() > before.length() ? inner.substring(before.length()) : "  ";
    }

    /** An input is asked for by the client, which gives it to us as the variable that we take it from. */
    private ObjectNode entry(boolean vsCode, Set<String> inputs) {
        ObjectNode entry = ClientFile.JSON.createObjectNode();
        if (vsCode) {
            entry.put("type", "stdio");
        }
        entry.put("command", program.get(0));
        List<String> args = new ArrayList<>(program.subList(1, program.size()));
        args.addAll(List.of("run", OPTION, backup.toString(), "--workspace", workspace.toString()));
        args.forEach(entry.putArray("args")::add);
        if (!inputs.isEmpty()) {
            ObjectNode env = entry.putObject("env");
            inputs.forEach(id -> env.put(ClientVariables.inputVariable(id), "${input:" + id + "}"));
        }
        return entry;
    }

    /**
     * The text of the file with the servers of the backup again, and all else as it is now.
     *
     * @throws ClientFileException when something of the file would be lost
     */
    public static String restored(ClientFile file, ClientFile backup) {
        refuseLoss(file, backup);
        return ClientFileSpan.of(file).replacedBy(ClientFileSpan.of(backup).in(backup), file);
    }

    private static void refuseLoss(ClientFile file, ClientFile backup) {
        Set<String> others = others(file);
        if (!others.isEmpty()) {
            throw new ClientFileException(file.path() + " was edited since: it has servers beside WeatherVane, "
                    + String.join(
                            ", ",
                            others.stream().limit(10).map(ClientEntry::shown).toList())
                    + ", which would be lost. Move them into " + backup.path() + ", then try again");
        }
        if (!backup.key().equals(file.key())) {
            throw new ClientFileException(backup.path() + " has " + backup.key() + " and not " + file.key());
        }
        JsonNode entry = file.root().path(file.key()).path(NAME);
        Set<String> known = Set.of("type", "command", "args", "env");
        List<String> args = texts(entry.path("args"));
        List<String> ours = args.subList(args.indexOf("run"), args.size());
        boolean same = known.containsAll(entry.propertyNames())
                && ours.size() == 5
                && ours.get(1).equals(OPTION)
                && ours.get(3).equals("--workspace")
                && isOfInputs(entry.path("env"));
        if (!same) {
            throw new ClientFileException("the entry " + NAME + " of " + file.path()
                    + " was edited since, which would be lost. Make it as it was, or take the servers from "
                    + backup.path() + " by hand");
        }
    }

    private static boolean isOfInputs(JsonNode env) {
        return env.properties().stream()
                .map(Map.Entry::getKey)
                .allMatch(name -> name.startsWith(ClientVariables.INPUT_PREFIX));
    }
}
