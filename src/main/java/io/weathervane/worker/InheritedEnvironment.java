package io.weathervane.worker;

import java.util.Set;
import java.util.TreeSet;

/**
 * Selection of the server's own variables that a child process gets beside those that every program needs.
 *
 * @param everything whether it is all of them but the names; else it is the names
 */
public record InheritedEnvironment(boolean everything, Set<String> names) {
    public InheritedEnvironment {
        names = Set.copyOf(names);
    }

    /** Nothing more. */
    public static InheritedEnvironment none() {
        return new InheritedEnvironment(false, Set.of());
    }

    /** These as well. */
    public static InheritedEnvironment of(Set<String> names) {
        return new InheritedEnvironment(false, names);
    }

    /** Whatever the server was given: for a server that stands in a client's place. */
    public static InheritedEnvironment allBut(Set<String> withheld) {
        return new InheritedEnvironment(true, withheld);
    }

    boolean includes(String name) {
        return everything != names.contains(name);
    }

    /** In an order that is always the same. */
    Set<String> sorted() {
        return new TreeSet<>(names);
    }
}
