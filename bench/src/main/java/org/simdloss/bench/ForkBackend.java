package org.simdloss.bench;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The line in which a fork says what it computes on, and what all forks have said. */
public final class ForkBackend {
  /** Not from the start of a line, where JMH may have begun to say what it does. */
  private static final Pattern LINE =
      Pattern.compile("backend: (\\S+) is (.+)$", Pattern.MULTILINE);

  /** By implementation; more than one value if forks differed, which a reader must know. */
  private final Map<String, Set<String>> said = new TreeMap<>();

  /** Called once in each fork. */
  static void announce(String implementation, String resolved) {
    System.out.println("backend: " + implementation + " is " + resolved);
  }

  public void read(String forkOutput) {
    Matcher line = LINE.matcher(forkOutput);
    while (line.find()) {
      said.computeIfAbsent(line.group(1), name -> new TreeSet<>()).add(line.group(2).strip());
    }
  }

  public Map<String, Set<String>> said() {
    return said;
  }
}
