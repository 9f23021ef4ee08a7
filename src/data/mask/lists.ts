/** What made-up values are picked from. Neutral words, no real person's or company's name in full. */

export const firstNames: readonly string[] = [
  ...["Ada", "Ali", "Amir", "Anna", "Boris", "Carla", "Chen", "Clara", "Dario", "Dina", "Elif"],
  ...["Emil", "Erik", "Eva", "Farah", "Felix", "Gita", "Hana", "Hugo", "Ida", "Igor", "Ines"],
  ...["Ivan", "Jana", "Jonas", "Kai", "Karim", "Kira", "Lea", "Leon", "Lin", "Luca", "Maja"],
  ...["Mara", "Mateo", "Mila", "Nadia", "Nico", "Nina", "Noor", "Olga", "Omar", "Petra", "Rafi"],
  ...["Rosa", "Samir", "Sara", "Sven", "Tara", "Timo", "Uma", "Vera", "Yara", "Zoe"],
];

export const lastNames: readonly string[] = [
  ...["Adler", "Bauer", "Berg", "Castro", "Costa", "Dahl", "Diaz", "Fischer", "Garcia", "Gruber"],
  ...["Haas", "Holm", "Ito", "Ivanov", "Jansen", "Kaya", "Keller", "Khan", "Kim", "Kowal"],
  ...["Lang", "Larsen", "Lopez", "Marino", "Meyer", "Moreau", "Nagy", "Novak", "Okafor", "Olsen"],
  ...["Park", "Petrov", "Reyes", "Rossi", "Sato", "Silva", "Singh", "Sousa", "Tanaka", "Vogel"],
  ...["Weber", "Winter", "Wolf", "Yilmaz", "Zhang"],
];

export const companies: readonly string[] = [
  ...["Amber", "Atlas", "Birch", "Cedar", "Comet", "Delta", "Falcon", "Harbor", "Juniper", "Lumen"],
  ...["Maple", "Meridian", "Nordic", "Orbit", "Pine", "Quartz", "River", "Summit", "Tide", "Vista"],
];

export const streets: readonly string[] = [
  ...["Birch Street", "Bridge Road", "Church Lane", "Elm Street", "Garden Way", "Hill Road"],
  ...["Lake Street", "Market Square", "Mill Lane", "Oak Avenue", "Park Row", "Station Road"],
];

export const cities: readonly string[] = [
  ...["Ashford", "Brookfield", "Clearwater", "Eastport", "Fairview", "Greenfield", "Highbury"],
  ...["Kingsbridge", "Lakewood", "Milton", "Northgate", "Oakdale", "Riverton", "Westbrook"],
];

export const words: readonly string[] = [
  ...["amber", "basil", "cloud", "dune", "ember", "fern", "grove", "heath", "iris", "jade"],
  ...["kelp", "larch", "moss", "north", "ochre", "pearl", "quill", "reed", "sage", "tide"],
];
